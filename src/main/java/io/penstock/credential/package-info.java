/** What is shown to an upstream: its own credential, never the caller's. */
@NullMarked
package io.penstock.credential;

import org.jspecify.annotations.NullMarked;
