/** What travels: JSON-RPC envelopes, server-sent events, protocol versions, the request as it arrived, the reply, and the reasons to refuse. */
@NullMarked
package io.penstock.wire;

import org.jspecify.annotations.NullMarked;
