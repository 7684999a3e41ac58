/** Signing in with an identity provider, and the sessions that come of it. */
@NullMarked
package io.penstock.api.signin;

import org.jspecify.annotations.NullMarked;
