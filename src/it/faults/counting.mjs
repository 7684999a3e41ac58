// An upstream that knows what it is being asked right now, and may keep all of it waiting.
import { Modern } from './modern.mjs';

export class Counting extends Modern {
  running = 0;
  holds = false;

  call(message, request, response) {
    this.running++;
    response.on('close', () => this.running--);
    return this.holds ? undefined : super.call(message, request, response);
  }
}
