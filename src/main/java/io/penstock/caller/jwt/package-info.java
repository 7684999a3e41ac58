/** Callers who show a JWT: issuers, their keys, and what a token must say. */
@NullMarked
package io.penstock.caller.jwt;

import org.jspecify.annotations.NullMarked;
