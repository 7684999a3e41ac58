/** The documents that describe the API. */
@NullMarked
package io.penstock.api.documents;

import org.jspecify.annotations.NullMarked;
