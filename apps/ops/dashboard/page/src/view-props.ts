import type { Address } from './router.tsx';
import type { Live } from './server.tsx';

/** What each view gets. */
export interface ViewProps {
  address: Address;
  live: Live;
}
