/** Callers who signed in with a browser: their sessions, in memory on every replica, and the cookie that shows one. */
@NullMarked
package io.penstock.caller.session;

import org.jspecify.annotations.NullMarked;
