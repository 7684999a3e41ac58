/** Whether this replica has more to do than it can, told by how late its event loops are and how full its memory is. */
@NullMarked
package io.penstock.ingress.overload;

import org.jspecify.annotations.NullMarked;
