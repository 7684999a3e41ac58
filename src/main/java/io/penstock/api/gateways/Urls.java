package io.penstock.api.gateways;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Which addresses may be registered. */
@FunctionalInterface
public interface Urls {

    /** The URL, where it may be registered. Throws a {@link io.penstock.wire.Refusal} for the field {@code url} otherwise. */
    URI check(String url);

    /** As {@link #check(String)}; the one that is stored is not judged again, only each connection to it. */
    default URI check(String url, @Nullable URI stored) {
        return stored != null && url.equals(stored.toString()) ? stored : check(url);
    }
}
