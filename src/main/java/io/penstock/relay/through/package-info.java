/** Calls whose upstream speaks the client's era: their bytes pass as they are. */
@NullMarked
package io.penstock.relay.through;

import org.jspecify.annotations.NullMarked;
