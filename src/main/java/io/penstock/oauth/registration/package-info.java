/** How this gateway becomes a client of authorization servers that it was given no client id for. */
@NullMarked
package io.penstock.oauth.registration;

import org.jspecify.annotations.NullMarked;
