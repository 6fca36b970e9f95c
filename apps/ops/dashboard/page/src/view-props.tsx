import type { Address } from './router.tsx';
import type { Live } from './server.tsx';

/** What every view is given. */
export interface ViewProps {
  address: Address;
  live: Live;
}
