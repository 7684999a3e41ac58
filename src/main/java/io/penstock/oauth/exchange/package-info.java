/** Tokens for upstreams that callers' own tokens are exchanged for. */
@NullMarked
package io.penstock.oauth.exchange;

import org.jspecify.annotations.NullMarked;
