import { channelContract } from '../../contracts/channel.ts';
import { peers } from '../../support/platform-peers.ts';

for (const make of peers) channelContract(make);
