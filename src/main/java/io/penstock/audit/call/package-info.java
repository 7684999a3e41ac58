/** What was called, by whom and with what outcome: calls that are alike are recorded as one, with their number. */
@NullMarked
package io.penstock.audit.call;

import org.jspecify.annotations.NullMarked;
