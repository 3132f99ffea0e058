import type { Graph } from '../src/lib/api';
export function invented(persons: number, ties: number): Graph;
