/** Accounts at upstreams, and what may be done about their tokens. */
@NullMarked
package io.penstock.api.oauth;

import org.jspecify.annotations.NullMarked;
