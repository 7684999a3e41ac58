package io.penstock.store.connection;

import static io.penstock.store.connection.ElasticConnectionFactory.one;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import org.reactivestreams.Publisher;

/** A connection whose work is done off the event loop. */
final class ElasticConnection implements Connection {

    private final Connection blocking;

    ElasticConnection(Connection blocking) {
        this.blocking = blocking;
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return one(blocking.beginTransaction());
    }

    @Override
    public Publisher<Void> beginTransaction(TransactionDefinition definition) {
        return one(blocking.beginTransaction(definition));
    }

    @Override
    public Publisher<Void> close() {
        return one(blocking.close());
    }

    @Override
    public Publisher<Void> commitTransaction() {
        return one(blocking.commitTransaction());
    }

    @Override
    public Batch createBatch() {
        return new ElasticConnectionFactory.ElasticBatch(blocking.createBatch());
    }

    @Override
    public Publisher<Void> createSavepoint(String name) {
        return one(blocking.createSavepoint(name));
    }

    @Override
    public Statement createStatement(String sql) {
        return new ElasticStatement(blocking.createStatement(sql));
    }

    @Override
    public boolean isAutoCommit() {
        return blocking.isAutoCommit();
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return blocking.getMetadata();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return blocking.getTransactionIsolationLevel();
    }

    @Override
    public Publisher<Void> releaseSavepoint(String name) {
        return one(blocking.releaseSavepoint(name));
    }

    @Override
    public Publisher<Void> rollbackTransaction() {
        return one(blocking.rollbackTransaction());
    }

    @Override
    public Publisher<Void> rollbackTransactionToSavepoint(String name) {
        return one(blocking.rollbackTransactionToSavepoint(name));
    }

    @Override
    public Publisher<Void> setAutoCommit(boolean autoCommit) {
        return one(blocking.setAutoCommit(autoCommit));
    }

    @Override
    public Publisher<Void> setLockWaitTimeout(Duration timeout) {
        return one(blocking.setLockWaitTimeout(timeout));
    }

    @Override
    public Publisher<Void> setStatementTimeout(Duration timeout) {
        return one(blocking.setStatementTimeout(timeout));
    }

    @Override
    public Publisher<Void> setTransactionIsolationLevel(IsolationLevel level) {
        return one(blocking.setTransactionIsolationLevel(level));
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return one(blocking.validate(depth));
    }
}
