/** Signing in with an identity provider: OpenID Connect's authorization code flow with PKCE, from the first redirect to who it is. */
@NullMarked
package io.penstock.caller.signin;

import org.jspecify.annotations.NullMarked;
