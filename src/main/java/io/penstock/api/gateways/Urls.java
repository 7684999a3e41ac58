package io.penstock.api.gateways;

import java.net.URI;

/** Which addresses may be registered. */
@FunctionalInterface
public interface Urls {

    /** The URL, where it may be registered. Throws a {@link io.penstock.wire.Refusal} for the field {@code url} otherwise. */
    URI check(String url);
}
