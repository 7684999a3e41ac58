/** Holds the documents to the code: what is generated from it is current, what lists its cases lists all of them. */
@NullMarked
package io.penstock.docs;

import org.jspecify.annotations.NullMarked;
