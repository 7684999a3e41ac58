/** The routes of what upstreams offer: tools, resources, resource templates and prompts. */
@NullMarked
package io.penstock.api.features;

import org.jspecify.annotations.NullMarked;
