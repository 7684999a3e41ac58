/** TLS with upstreams that the platform's authorities alone do not speak for, or that want a certificate. */
@NullMarked
package io.penstock.egress.tls;

import org.jspecify.annotations.NullMarked;
