/**
 * An operator's own module: copy it one folder up to have it loaded. Each file there is given the Botkit controller once, at
 * the start. It hears what customers write on messaging platforms and may add words of its own; the bot answers as well.
 *
 * @param {import('botkit').Botkit} controller
 */
export default function ping(controller) {
  controller.hears(/^ping$/i, 'message', async (bot, message) => {
    await bot.reply(message, 'pong');
  });
}
