package io.penstock.catalog;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Virtual servers as rows. The path of a call reads {@link Catalog} instead. */
public interface Servers {

    /** What a user decides of a virtual server. */
    record Draft(
            String name,
            @Nullable String description,
            Visibility visibility,
            @Nullable String teamId,
            List<String> tags,
            NameStyle nameStyle,
            Server.Chosen chosen) {}

    /**
     * Inserts it, switched on. Error: {@code Invalid} that names each chosen id that the viewer does not see, {@code Conflict} where the
     * name or its slug is taken or two things would have one name.
     *
     * @param viewer who chooses, and becomes the owner
     */
    Mono<Server> create(Draft draft, Viewer viewer);

    /** Empty where there is none. */
    Mono<Server> find(UUID id);

    /** Newest first, as {@link Gateways#list}. */
    Flux<Server> list(Viewer viewer, Filter filter, int limit, @Nullable Cursor before);

    /**
     * Error: {@code Stale} where {@code version} is not the current one, otherwise as {@link #create}. Empty where there is none. What was
     * chosen before and the viewer does not see stays chosen.
     */
    Mono<Server> update(UUID id, Draft draft, Viewer viewer, long version);

    /** Error: {@code Stale}. Empty where there is none. */
    Mono<Server> enable(UUID id, boolean enabled, long version);

    /** True where there was one; error: {@code Stale}. */
    Mono<Boolean> delete(UUID id, long version);

    /** What of that is chosen the viewer sees. */
    Mono<Server.Chosen> visible(Server.Chosen chosen, Viewer viewer);
}
