/** How a user agrees that their calls to an upstream use their account there: the authorization code grant, from the first redirect to a token. */
@NullMarked
package io.penstock.oauth.connect;

import org.jspecify.annotations.NullMarked;
