/** The authorization servers of upstreams: where they are, and as which client they know this gateway. */
@NullMarked
package io.penstock.oauth.server;

import org.jspecify.annotations.NullMarked;
