/** The REST edge: resources, problem details, and the documents that describe them. */
@NullMarked
package io.penstock.api;

import org.jspecify.annotations.NullMarked;
