/** Access tokens for upstreams: whose they are, how they are got, kept, refreshed and revoked. */
@NullMarked
package io.penstock.oauth;

import org.jspecify.annotations.NullMarked;
