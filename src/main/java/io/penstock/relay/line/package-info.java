/** HTTP to an upstream, whatever its era: what is sent with the upstream's own credential, and what is heard back. */
@NullMarked
package io.penstock.relay.line;

import org.jspecify.annotations.NullMarked;
