import { walletContract } from '../contracts/wallet.ts';
import { openHttpWorld } from './http-world.ts';

walletContract('wallet over HTTP', openHttpWorld);
