// Elements are made here alone, and text is text: nothing that a server says is read as markup.

/** An element with properties (attributes where there is no such property, listeners where the name begins with "on") and children; null ones are left out. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** A link within the console, or to where `href` leads. Only http(s) and paths: an address that came from elsewhere may be anything. */
export function link(href, text) {
  const safe = /^(https?:\/\/|\/(?!\/)|#)/i.test(href);
  return safe ? make('a', { href }, text) : make('span', {}, text);
}

export function button(text, onclick, properties = {}) {
  return make('button', { type: 'button', onclick, ...properties }, text);
}

/** Says something that is over with the next thing that is said; screen readers read it out. */
export function say(text, isWrong = false) {
  const said = document.getElementById('said');
  said.replaceChildren(text);
  said.className = isWrong ? 'wrong' : '';
}

/** Does something of which a refusal is shown. */
export async function attempt(work) {
  try {
    await work();
  } catch (refused) {
    say(refused.message, true);
  }
}

/** Asks before what cannot be undone, and then does it. */
export async function deleted(question, action, work, after) {
  if (!(await confirmed(question, action))) return;
  await work();
  say('It is done');
  after();
}

/** Whether somebody agreed to it. */
function confirmed(question, action) {
  return new Promise((answered) => {
    const dialog = make(
      'dialog',
      { onclose: () => (dialog.remove(), answered(dialog.returnValue === 'yes')), 'aria-label': question },
      make(
        'form',
        { method: 'dialog' },
        make('p', {}, question),
        make(
          'p',
          { className: 'actions' },
          make('button', { value: 'no', autofocus: true }, 'Leave it'),
          make('button', { value: 'yes', className: 'danger' }, action),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
