package io.penstock.store.connection;

import static io.penstock.store.connection.ElasticConnectionFactory.many;

import io.r2dbc.spi.Statement;
import org.reactivestreams.Publisher;

/** A statement that is executed off the event loop. */
record ElasticStatement(Statement blocking) implements Statement {

    @Override
    public Statement add() {
        var _ = blocking.add();
        return this;
    }

    @Override
    public Statement bind(int index, Object value) {
        var _ = blocking.bind(index, value);
        return this;
    }

    @Override
    public Statement bind(String name, Object value) {
        var _ = blocking.bind(name, value);
        return this;
    }

    @Override
    public Statement bindNull(int index, Class<?> type) {
        var _ = blocking.bindNull(index, type);
        return this;
    }

    @Override
    public Statement bindNull(String name, Class<?> type) {
        var _ = blocking.bindNull(name, type);
        return this;
    }

    @Override
    public Statement returnGeneratedValues(String... columns) {
        var _ = blocking.returnGeneratedValues(columns);
        return this;
    }

    @Override
    public Statement fetchSize(int rows) {
        var _ = blocking.fetchSize(rows);
        return this;
    }

    @Override
    public Publisher<ElasticResult> execute() {
        return many(blocking.execute()).map(ElasticResult::new);
    }
}
