// A graph of invented persons, as `/api/graph` answers, for what is measured and tested at a size that no example has.

/** Groups that share some persons, invitations within them: the shape of an operation. The same each time. */
export function invented(persons, ties) {
  let seed = 7;
  const chance = () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 4294967296;
  };
  const id = (n) => `9990${String(n).padStart(7, '0')}@s.whatsapp.net`;
  const degree = new Uint32Array(persons);
  const group = 120;
  const edges = [];
  const seen = new Set();
  const day = (n) => new Date(Date.UTC(2017, 0, 1) + n * 86_400_000).toISOString();
  for (let tries = 0; edges.length < ties && tries < ties * 8; tries++) {
    const first = Math.floor(chance() * persons);
    const home = first - (first % group);
    // One tie in twelve leads out of the group; within it, a few persons have most of them.
    const second = chance() < 0.08 ? Math.floor(chance() * persons) : Math.min(persons - 1, home + Math.floor(chance() ** 3 * group));
    const kind = ['co_membership', 'co_membership', 'invitation', 'share'][Math.floor(chance() * 4)];
    const [a, b] = kind === 'co_membership' ? [Math.min(first, second), Math.max(first, second)] : [first, second];
    const key = `${kind} ${a} ${b}`;
    if (a === b || seen.has(key)) continue;
    seen.add(key);
    degree[a] += 1;
    degree[b] += 1;
    const weight = kind === 'co_membership' ? Math.round(1e4 / (2 + chance() * 60)) / 1e4 : 1;
    edges.push({ a: id(a), b: id(b), kind, how: kind === 'co_membership' ? 'same groups' : 'invented', weight, count: 1 + Math.floor(chance() * 5), first: day(Math.floor(chance() * 300)), last: kind === 'co_membership' ? null : day(300 + Math.floor(chance() * 60)), groups: [] });
  }
  const nodes = Array.from({ length: persons }, (_, n) => ({ id: id(n), label: `Persona ${n}`, country: n % 3 ? 'ES' : null, groups: 1, known: n % 97 ? 0 : 1, degree: degree[n], messages: 0, owner_of: '' }));
  return { nodes, edges, cut: false };
}
