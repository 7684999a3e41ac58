/** What was called, by whom and with what outcome, as clients read it. */
@NullMarked
package io.penstock.api.calls;

import org.jspecify.annotations.NullMarked;
