/** What is begun in a browser and ends there with the answer of an authorization server, whatever it is for. */
@NullMarked
package io.penstock.caller.flow;

import org.jspecify.annotations.NullMarked;
