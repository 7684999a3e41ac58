/** Sealing with associated data and key rotation, and secrets that cannot be printed. */
@NullMarked
package io.penstock.vault;

import org.jspecify.annotations.NullMarked;
