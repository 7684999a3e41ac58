/** Callers whom a trusted proxy names: whose word counts, what it has to look like, how it is proven, and the client's address behind it. */
@NullMarked
package io.penstock.caller.proxy;

import org.jspecify.annotations.NullMarked;
