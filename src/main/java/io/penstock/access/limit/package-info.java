/** How many calls may be made: by user, credential, team, tool and address, each replica for itself. */
@NullMarked
package io.penstock.access.limit;

import org.jspecify.annotations.NullMarked;
