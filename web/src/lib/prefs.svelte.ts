// What a person chose: language, light or dark, zone of times, keys. Kept in this browser alone.

import { LANGUAGES, type Language } from './i18n/languages';

type Theme = 'system' | 'light' | 'dark';

function read(name: string): string | null {
  try {
    return localStorage.getItem(`custodia.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`custodia.${name}`, value);
  } catch { /* a browser that keeps nothing works all the same */ }
}

function firstLanguage(): Language {
  const wanted = [read('language'), ...navigator.languages].map((tag) => (tag ?? '').slice(0, 2).toLowerCase());
  return (wanted.find((tag) => (LANGUAGES as readonly string[]).includes(tag)) as Language | undefined) ?? 'en';
}

const system = matchMedia('(prefers-color-scheme: dark)');

class Prefs {
  language = $state<Language>(firstLanguage());
  theme = $state<Theme>((read('theme') as Theme | null) ?? 'system');
  zone = $state<'UTC' | 'local'>(read('zone') === 'local' ? 'local' : 'UTC');
  keys = $state<boolean>(read('keys') !== 'off');
  #system = $state(system.matches);
  /** What is shown now: the choice, or that of the system. */
  readonly dark = $derived(this.theme === 'dark' || (this.theme === 'system' && this.#system));

  constructor() {
    system.addEventListener('change', () => (this.#system = system.matches));
  }

  apply(): void {
    document.documentElement.lang = this.language;
    document.documentElement.dataset.theme = this.dark ? 'dark' : 'light';
    write('language', this.language);
    write('theme', this.theme);
    write('zone', this.zone);
    write('keys', this.keys ? 'on' : 'off');
  }
  toggleZone(): void {
    this.zone = this.zone === 'UTC' ? 'local' : 'UTC';
  }
}

export const prefs = new Prefs();
