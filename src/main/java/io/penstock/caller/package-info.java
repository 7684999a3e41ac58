/** Who is calling: authenticators, token verification and the identity they agree on. */
@NullMarked
package io.penstock.caller;

import org.jspecify.annotations.NullMarked;
