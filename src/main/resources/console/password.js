// One's own password, for which it takes no right but to know the present one.
import { say } from './dom.js';
import { form } from './form.js';
import * as rest from './rest.js';

const SECRET = { type: 'string', format: 'password' };
const FIELDS = {
  email: { type: 'string', autocomplete: 'username' },
  password: { ...SECRET, description: 'The present one', autocomplete: 'current-password' },
  new_password: SECRET,
  new_password_again: SECRET,
};

/** A form to choose another one. `user` is whose it is; null for who is not known. It ends their sign-ins: `onward` is what is done then. */
export function password(user, onward) {
  const { email, ...others } = FIELDS;
  const properties = user ? others : { email, ...others };
  const submit = async ({ new_password_again: again, ...given }) => {
    if (given.new_password !== again) {
      const message = 'must be the same as the new password';
      throw Object.assign(new Error(message), { errors: [{ field: 'new_password_again', message }] });
    }
    await rest.post('/auth/password', user ? { email: user, ...given } : given);
    await onward();
    say('Your password is changed');
  };
  return form({ required: Object.keys(properties), properties }, null, Object.keys(properties), 'Change the password', submit);
}
