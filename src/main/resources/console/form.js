// Forms, made of the schemas of the OpenAPI document.
import { button, make } from './dom.js';
import { REFERENCES } from './names.js';
import { picker } from './picker.js';

const LONG = 2048; // characters; what may be longer is written on several lines
const MASK = '*****'; // how secrets read

/** "for auth_type bearer; ..." says of which choice a field is a part. */
const OF_CHOICE = /^for (\w+_type) (\w+)(?:[;:] |$)/;

let ids = 0;

const SPELT = { url: 'URL', uri: 'URI', id: 'ID', ca: 'CA', mcp: 'MCP', oauth: 'OAuth', ip: 'IP', cidrs: 'CIDRs' };

/** `auth_token` as people read it. */
export function words(name) {
  const text = name
    .split('_')
    .map((word) => SPELT[word] ?? word)
    .join(' ');
  return text[0].toUpperCase() + text.slice(1);
}

/**
 * A form for an object. `values` is what it is now, null for a new one; `first` names the fields that are not folded away.
 * `submit` is given what was changed, with null for what was emptied, and may refuse with errors for fields.
 */
export function form(schema, values, first, action, submit) {
  const fields = new Fields(schema, values, '');
  const complaint = make('p', { className: 'wrong', role: 'alert', hidden: true });
  const whole = make(
    'form',
    { noValidate: true, onsubmit: send },
    complaint,
    ...fields.folded(first),
    make('p', { className: 'actions' }, make('button', { type: 'submit', className: 'main' }, action)),
  );
  fields.showWhatApplies();

  async function send(event) {
    event.preventDefault();
    fields.complain([]);
    complaint.hidden = true;
    const sends = whole.querySelector('button[type=submit]');
    sends.disabled = true;
    try {
      await submit(fields.read());
    } catch (refused) {
      const others = fields.complain(refused.errors ?? []);
      complaint.replaceChildren(
        others.length
          ? others.map(({ field, message }) => `${field}: ${message}`).join('; ')
          : refused.errors?.length
            ? 'Some fields are not right yet'
            : refused.message,
      );
      complaint.hidden = false;
      (whole.querySelector('[aria-invalid=true]') ?? complaint).scrollIntoView({ block: 'center' });
      whole.querySelector('[aria-invalid=true]')?.focus();
    } finally {
      sends.disabled = false;
    }
  }
  return whole;
}

/** The fields of one object, which may be within another. */
class Fields {
  constructor(schema, values, path) {
    this.required = schema.required ?? [];
    this.all = new Map(
      Object.entries(schema.properties).map(([name, property]) => [name, this.field(name, property, values?.[name], path + name)]),
    );
  }

  field(name, schema, value, path) {
    const input = control(name, schema, value, path);
    const [, of, when] = schema.description?.match(OF_CHOICE) ?? [];
    return { input, of, when, path, element: labelled(name, schema, input, this.required.includes(name)) };
  }

  /** Their elements, those that are seldom needed below the others. */
  folded(first) {
    const elements = (names) => names.map((name) => this.all.get(name).element);
    const known = first.filter((name) => this.all.has(name));
    const parts = [...this.all].filter(([name, { of }]) => of && !known.includes(name)).map(([name]) => name);
    const others = [...this.all.keys()].filter((name) => !known.includes(name) && !parts.includes(name));
    const beside = known.flatMap((name) => [name, ...parts.filter((part) => this.all.get(part).of === name)]);
    const left = [...others, ...parts.filter((part) => !beside.includes(part))];
    return left.length && known.length
      ? [...elements(beside), make('details', {}, make('summary', {}, 'More'), ...elements(left))]
      : elements([...beside, ...left]);
  }

  /** Hides what belongs to another choice than the one that is made. */
  showWhatApplies() {
    for (const { of, when, element } of this.all.values()) {
      const chooser = of && this.all.get(of)?.input.element;
      if (!chooser) continue;
      const show = () => (element.hidden = chooser.value !== when);
      chooser.addEventListener('change', show);
      show();
    }
  }

  /** What was changed; what is hidden is not there. */
  read() {
    return Object.fromEntries(
      [...this.all].filter(([, { element, input }]) => !element.hidden && input.changed()).map(([name, { input }]) => [name, input.read()]),
    );
  }

  /** Puts errors to their fields, whose names in them begin with the prefix, and gives back those of no field here. */
  complain(errors, prefix = '') {
    const left = new Set(errors);
    for (const { path, element, input } of this.all.values()) {
      const name = prefix + path;
      const isOwn = ({ field }) => field === name || field.startsWith(`${name}.`) || field.startsWith(`${name}[`);
      const own = element.hidden ? [] : errors.filter(isOwn);
      input.complain(own, prefix);
      own.forEach((error) => left.delete(error));
      if (own.length) element.closest('details')?.setAttribute('open', '');
    }
    return [...left];
  }
}

function labelled(name, schema, input, required) {
  const label = words(name) + (required ? ' (required)' : '');
  const note = [
    schema.description?.replace(OF_CHOICE, ''),
    schema.default !== undefined && `${schema.default} unless it is set`,
    schema.example !== undefined && !schema.enum && `like ${[schema.example].flat().join(', ')}`,
  ]
    .filter(Boolean)
    .join('; ');
  const help = note ? make('small', { id: `${input.id}-note` }, note) : null;
  const notes = [help?.id, input.error.id].filter(Boolean).join(' ');
  if (input.group) return make('fieldset', { 'aria-describedby': notes }, make('legend', {}, label), help, input.element, input.error);
  input.asked.setAttribute('aria-describedby', notes);
  return make('div', { className: 'field' }, make('label', { htmlFor: input.id }, label), input.element, help, input.error);
}

/** What takes one value: its element, whether it was changed, what is in it, and where errors are shown. */
function control(name, schema, value, path) {
  const id = `field-${++ids}`;
  const error = make('p', { className: 'wrong', id: `${id}-error`, hidden: true });
  const made = REFERENCES[name] ? picker(REFERENCES[name], schema.type === 'array', value, id) : byType(schema, value, id, path);
  const asked = made.input ?? made.element; // what the label and the note are of
  return {
    ...made,
    id,
    asked,
    error,
    complain(errors, prefix) {
      const rest = made.complain ? made.complain(errors, prefix) : errors;
      error.hidden = !rest.length;
      error.replaceChildren(rest.map(({ message }) => message).join('; '));
      asked.setAttribute('aria-invalid', rest.length > 0);
    },
  };
}

function byType(schema, value, id, path) {
  switch (schema.type) {
    case 'boolean':
      return flag(schema, value, id);
    case 'object':
      return inner(schema, value, path);
    case 'array':
      return schema.items.type === 'object' ? list(schema, value, path) : lines(value, id);
    default:
      return schema.enum ? choice(schema, value, id) : text(schema, value, id);
  }
}

/** Compares what is in an element with what was there at first, and reads nothing as null. */
function simple(element, read = () => element.value.trim() || null) {
  const before = JSON.stringify(read());
  return { element, read, changed: () => JSON.stringify(read()) !== before };
}

function text(schema, value, id) {
  const secret = schema.format === 'password';
  const number = schema.type === 'integer';
  const properties = {
    id,
    value: typeof value === 'object' ? '' : (value ?? ''),
    onfocus: ({ target }) => target.value === MASK && target.select(),
  };
  const element =
    schema.maxLength > LONG && !secret
      ? make('textarea', { ...properties, rows: 3, spellcheck: false })
      : make('input', {
          ...properties,
          type: secret ? 'password' : 'text',
          inputMode: number ? 'numeric' : null,
          autocomplete: schema.autocomplete ?? (secret ? 'new-password' : 'off'),
        });
  // what is no number goes as it is: the gateway says what is wrong with it
  return simple(element, () => {
    const given = element.value.trim();
    if (given === '') return null;
    return number && /^-?\d+$/.test(given) ? Number(given) : element.value;
  });
}

function choice(schema, value, id) {
  const chosen = value ?? schema.default;
  const options = schema.enum.map((each) => make('option', { value: each, selected: each === chosen }, each));
  const none = schema.default === undefined ? make('option', { value: '', selected: chosen === undefined }, '') : null;
  return simple(make('select', { id }, none, ...options));
}

/** A tick; or, where neither is said by saying nothing, a choice. */
function flag(schema, value, id) {
  const known = value ?? schema.default;
  if (known === undefined) {
    const answers = [
      ['', ''],
      ['true', 'yes'],
      ['false', 'no'],
    ];
    const element = make('select', { id }, ...answers.map(([key, label]) => make('option', { value: key }, label)));
    return simple(element, () => (element.value === '' ? null : element.value === 'true'));
  }
  const element = make('input', { id, type: 'checkbox', checked: known });
  return simple(element, () => element.checked);
}

/** Several texts, one on each line. */
function lines(value, id) {
  const element = make('textarea', { id, rows: 2, spellcheck: false, value: (value ?? []).join('\n'), placeholder: 'one on each line' });
  return simple(element, () => {
    const given = element.value
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    return given.length ? given : null;
  });
}

function inner(schema, value, path) {
  const fields = new Fields(schema, value, `${path}.`);
  const element = make('div', { className: 'inner' }, fields.folded([]));
  fields.showWhatApplies();
  return {
    element,
    group: true,
    read: () => fields.read(),
    changed: () => Object.keys(fields.read()).length > 0,
    complain: (errors, prefix) => fields.complain(errors, prefix),
  };
}

/** Several objects; all of them are sent where one was changed. */
function list(schema, value, path) {
  const rows = [];
  const before = JSON.stringify(value ?? []);
  const adding = button('Add one', () => add(null));
  const element = make('div', {}, adding);
  const add = (one) => {
    const fields = new Fields(schema.items, one, '');
    const row = { fields, one };
    const remove = button('Remove', () => {
      rows.splice(rows.indexOf(row), 1);
      row.element.remove();
      adding.focus();
    });
    row.element = make('div', { className: 'inner row' }, fields.folded([]), remove);
    rows.push(row);
    element.insertBefore(row.element, adding);
  };
  (value ?? []).forEach(add);
  return {
    element,
    group: true,
    read: () => rows.map(({ fields, one }) => ({ ...one, ...fields.read() })),
    changed: () =>
      JSON.stringify(rows.map(({ one }) => one)) !== before || rows.some(({ fields }) => Object.keys(fields.read()).length > 0),
    complain: (errors, prefix = '') =>
      rows.reduce((left, { fields }, index) => fields.complain(left, `${prefix}${path}[${index}].`), errors),
  };
}
