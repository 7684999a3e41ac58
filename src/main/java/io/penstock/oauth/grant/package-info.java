/** Asks authorization servers for tokens, and believes of their answers what can be believed. */
@NullMarked
package io.penstock.oauth.grant;

import org.jspecify.annotations.NullMarked;
