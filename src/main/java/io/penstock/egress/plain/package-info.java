/** Posts messages over HTTP/1.1 without TLS, which is most of what a call costs: Netty's own codec on connections of the calling event loop. */
@NullMarked
package io.penstock.egress.plain;

import org.jspecify.annotations.NullMarked;
