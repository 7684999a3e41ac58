/** Signing in with an e-mail address and a password. */
@NullMarked
package io.penstock.account.password;

import org.jspecify.annotations.NullMarked;
