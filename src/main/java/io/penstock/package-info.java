/** The way in from the command line: the main class, which knows every part and is known by none. */
@NullMarked
package io.penstock;

import org.jspecify.annotations.NullMarked;
