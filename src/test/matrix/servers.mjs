// The servers of the matrix, by their names in the ways.
export const servers = {
  sse: { era: 'sse', title: 'A server of 2024-11-05, HTTP+SSE' },
  legacy: { era: 'legacy', title: 'A server of 2025-11-25 and before, with sessions' },
  java: { era: 'legacy', title: 'A server of 2025-11-25 and before, made with the Java SDK' },
  modern: { era: 'modern', title: 'A server of 2026-07-28, without sessions' },
};
