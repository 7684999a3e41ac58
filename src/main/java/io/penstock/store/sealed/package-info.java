/** What is sealed in the database: where it is, with which keys, and how it gets to the key that seals now. */
@NullMarked
package io.penstock.store.sealed;

import org.jspecify.annotations.NullMarked;
