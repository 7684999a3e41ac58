package io.penstock.api.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Cursor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import reactor.core.publisher.Flux;

class PageTests {

    private static final int LARGE = Page.LARGEST / 4;

    private final AtomicInteger read = new AtomicInteger();

    private ResponseEntity<List<Integer>> page(int limit, Integer... sizes) {
        return Objects.requireNonNull(Page.of(
                        Flux.just(sizes).doOnNext(_ -> read.incrementAndGet()),
                        size -> size,
                        limit,
                        MockServerHttpRequest.get("/tools?q=x").build(),
                        size -> new Cursor(Instant.EPOCH, new UUID(0, size)),
                        size -> size)
                .block(Duration.ofSeconds(5)));
    }

    private static @Nullable String link(ResponseEntity<?> page) {
        return page.getHeaders().getFirst("Link");
    }

    @Test
    void asManyAsAreWantedAreAllThereAre() {
        var page = page(2, 1, 2);

        assertThat(page.getBody()).containsExactly(1, 2);
        assertThat(link(page)).isNull();
    }

    @Test
    void theOneTooManyIsOfTheNextPage() {
        var page = page(2, 1, 2, 3);

        assertThat(page.getBody()).containsExactly(1, 2);
        assertThat(link(page)).startsWith("</tools?q=x&limit=2&cursor=").endsWith(">; rel=\"next\"");
    }

    @Test
    void aPageOfLargeRowsEndsEarlyAndReadsNoFurther() {
        var page = page(100, LARGE, LARGE, LARGE, LARGE, 1, LARGE, LARGE);

        assertThat(page.getBody()).containsExactly(LARGE, LARGE, LARGE, LARGE);
        assertThat(link(page)).contains("limit=100");
        assertThat(read).hasValue(5);
    }

    @Test
    void aRowThatIsTooLargeForAnyPageIsAPageOfItsOwn() {
        assertThat(page(100, Page.LARGEST + 1).getBody()).containsExactly(Page.LARGEST + 1);

        var page = page(100, Page.LARGEST + 1, 1);

        assertThat(page.getBody()).containsExactly(Page.LARGEST + 1);
        assertThat(link(page)).isNotNull();
    }
}
