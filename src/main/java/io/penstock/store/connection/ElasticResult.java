package io.penstock.store.connection;

import static io.penstock.store.connection.ElasticConnectionFactory.many;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;

/** A result whose rows are read off the event loop. */
record ElasticResult(Result blocking) implements Result {

    @Override
    public Publisher<Long> getRowsUpdated() {
        return many(blocking.getRowsUpdated());
    }

    @Override
    public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return many(blocking.map(mapping));
    }

    @Override
    public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapping) {
        return many(blocking.map(mapping));
    }

    @Override
    public Result filter(Predicate<Segment> filter) {
        return new ElasticResult(blocking.filter(filter));
    }

    @Override
    public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return many(blocking.flatMap(mapping));
    }
}
