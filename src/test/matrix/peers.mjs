// The clients of the matrix: one for each revision, with the SDK that speaks it best.
import { connectJava } from '../clients/connect-java.mjs';
import { connectV1 } from '../clients/connect-v1.mjs';
import { connectV2 } from '../clients/connect-v2.mjs';

const v1 = (name, version, path) => ({ name, version, path, connect: (options) => connectV1({ ...options, version }) });
const v2 = (name, version, mode) => ({ name, version, path: 'mcp', connect: (options) => connectV2({ ...options, version, mode }) });
const java = (name, version, path) => ({ name, version, path, connect: (options) => connectJava({ ...options, version }) });

/** path is the endpoint that a client uses: mcp, sse, or ws, which no server here has but the gateway. */
export const clients = [
  v1('2024-11-05 HTTP+SSE', '2024-11-05', 'sse'),
  v1('2025-11-25 over HTTP+SSE', '2025-11-25', 'sse'),
  java('2024-11-05 HTTP+SSE, Java', '2024-11-05', 'sse'),
  v1('2025-03-26', '2025-03-26', 'mcp'),
  v1('2025-06-18', '2025-06-18', 'mcp'),
  v1('2025-11-25, SDK v1', '2025-11-25', 'mcp'),
  v2('2025-11-25, SDK v2', '2025-11-25', 'legacy'),
  v1('2025-11-25 over WebSocket', '2025-11-25', 'ws'),
  java('2025-11-25, Java', '2025-11-25', 'mcp'),
  v2('2026-07-28', '2026-07-28', 'auto'),
];

/** The era that a client of this kind and an upstream of it have in common. */
export const eraOf = ({ path, version }) => (path === 'sse' ? 'sse' : version >= '2026' ? 'modern' : 'legacy');
