CREATE TABLE "attachments" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "attachments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"message_id" bigint NOT NULL,
	"source" text DEFAULT 'whatsapp' NOT NULL,
	"position" integer NOT NULL,
	"media_type" text NOT NULL,
	"status" text NOT NULL,
	"file_path" text,
	"checksum" text,
	"size_bytes" bigint,
	"width" integer,
	"height" integer,
	"original_name" text,
	"duration_s" real,
	"reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"saved_at" timestamp with time zone,
	CONSTRAINT "attachments_position" UNIQUE("message_id","position")
);
--> statement-breakpoint
CREATE TABLE "chat_aliases" (
	"chat_id" bigint NOT NULL,
	"account_id" text NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chat_aliases_chat_id_kind_value_pk" PRIMARY KEY("chat_id","kind","value")
);
--> statement-breakpoint
CREATE TABLE "chat_coverage" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "chat_coverage_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"chat_id" bigint NOT NULL,
	"from_ts" timestamp with time zone NOT NULL,
	"to_ts" timestamp with time zone NOT NULL,
	"from_edge" text NOT NULL,
	"run_id" uuid,
	"read_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chats" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "chats_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text NOT NULL,
	"platform" text DEFAULT 'whatsapp' NOT NULL,
	"external_id" text NOT NULL,
	"thread_external_id" text NOT NULL,
	"jid" text,
	"lid" text,
	"title" text NOT NULL,
	"community" text,
	"is_group" boolean,
	"is_self" boolean DEFAULT false NOT NULL,
	"archived" boolean DEFAULT false NOT NULL,
	"pinned" boolean DEFAULT false NOT NULL,
	"muted" boolean DEFAULT false NOT NULL,
	"unread" integer DEFAULT 0 NOT NULL,
	"list_position" integer,
	"preview" text,
	"time_label" text,
	"participants" text[] DEFAULT '{}'::text[] NOT NULL,
	"signature" text,
	"incomplete_reason" text,
	"last_read_at" timestamp with time zone,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chats_external_id" UNIQUE("account_id","platform","external_id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"dedupe_key" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "events_once" UNIQUE("account_id","dedupe_key")
);
--> statement-breakpoint
CREATE TABLE "extraction_jobs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "extraction_jobs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"attachment_id" bigint NOT NULL,
	"kind" text DEFAULT 'ocr' NOT NULL,
	"checksum" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"run_after" timestamp with time zone DEFAULT now() NOT NULL,
	"locked_at" timestamp with time zone,
	"locked_by" text,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "extraction_jobs_once" UNIQUE("attachment_id","kind","checksum")
);
--> statement-breakpoint
CREATE TABLE "extractions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "extractions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"attachment_id" bigint NOT NULL,
	"job_id" bigint,
	"kind" text NOT NULL,
	"extractor" text NOT NULL,
	"content" text,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"provenance" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text NOT NULL,
	"platform" text DEFAULT 'whatsapp' NOT NULL,
	"external_id" text NOT NULL,
	"thread_external_id" text NOT NULL,
	"chat_id" bigint NOT NULL,
	"message_id" text NOT NULL,
	"sender_id" text,
	"sender_name" text,
	"recipient_ids" text[] DEFAULT '{}'::text[] NOT NULL,
	"content_snippet" text,
	"ts" timestamp with time zone NOT NULL,
	"ts_precision" text NOT NULL,
	"is_outgoing" boolean NOT NULL,
	"source_app" text DEFAULT 'WhatsApp Web' NOT NULL,
	"kind" text NOT NULL,
	"is_agent_channel" boolean DEFAULT false NOT NULL,
	"exclude_from_automation" boolean DEFAULT false NOT NULL,
	"has_attachments" boolean DEFAULT false NOT NULL,
	"is_edited" boolean DEFAULT false NOT NULL,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"is_forwarded" boolean DEFAULT false NOT NULL,
	"forwarded_many" boolean DEFAULT false NOT NULL,
	"quoted_text" text,
	"quoted_sender" text,
	"quoted_message_id" text,
	"reactions" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"status" text,
	"file_name" text,
	"duration_s" real,
	"album_size" integer,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"run_id" uuid,
	"selector_set" text,
	CONSTRAINT "messages_external_id" UNIQUE("account_id","platform","external_id")
);
--> statement-breakpoint
CREATE TABLE "rejects" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "rejects_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" text NOT NULL,
	"chat_id" bigint NOT NULL,
	"row_key" text NOT NULL,
	"field" text NOT NULL,
	"reason" text NOT NULL,
	"raw" jsonb,
	"run_id" uuid,
	"selector_set" text,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "rejects_row" UNIQUE("chat_id","row_key","field")
);
--> statement-breakpoint
CREATE TABLE "sync_runs" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"source" text DEFAULT 'whatsapp' NOT NULL,
	"trigger" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"status" text DEFAULT 'running' NOT NULL,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"error" text,
	"selector_set" text,
	"build" text
);
--> statement-breakpoint
CREATE TABLE "sync_state" (
	"account_id" text NOT NULL,
	"source" text NOT NULL,
	"last_seen_ts" timestamp with time zone,
	"last_successful_sync_at" timestamp with time zone,
	"last_run_id" uuid,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sync_state_account_id_source_pk" PRIMARY KEY("account_id","source")
);
--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_aliases" ADD CONSTRAINT "chat_aliases_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_coverage" ADD CONSTRAINT "chat_coverage_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_coverage" ADD CONSTRAINT "chat_coverage_run_id_sync_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."sync_runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extraction_jobs" ADD CONSTRAINT "extraction_jobs_attachment_id_attachments_id_fk" FOREIGN KEY ("attachment_id") REFERENCES "public"."attachments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extractions" ADD CONSTRAINT "extractions_attachment_id_attachments_id_fk" FOREIGN KEY ("attachment_id") REFERENCES "public"."attachments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extractions" ADD CONSTRAINT "extractions_job_id_extraction_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."extraction_jobs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_run_id_sync_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."sync_runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rejects" ADD CONSTRAINT "rejects_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rejects" ADD CONSTRAINT "rejects_run_id_sync_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."sync_runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sync_state" ADD CONSTRAINT "sync_state_last_run_id_sync_runs_id_fk" FOREIGN KEY ("last_run_id") REFERENCES "public"."sync_runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachments_checksum" ON "attachments" USING btree ("checksum");--> statement-breakpoint
CREATE INDEX "attachments_pending" ON "attachments" USING btree ("message_id") WHERE status = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "chat_aliases_identity" ON "chat_aliases" USING btree ("account_id","kind","value") WHERE kind in ('jid', 'lid');--> statement-breakpoint
CREATE INDEX "chat_aliases_value" ON "chat_aliases" USING btree ("account_id","value");--> statement-breakpoint
CREATE INDEX "chat_coverage_chat" ON "chat_coverage" USING btree ("chat_id","to_ts");--> statement-breakpoint
CREATE INDEX "chats_title" ON "chats" USING btree ("account_id","title");--> statement-breakpoint
CREATE INDEX "events_type" ON "events" USING btree ("type","id");--> statement-breakpoint
CREATE INDEX "extraction_jobs_due" ON "extraction_jobs" USING btree ("run_after","id") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "extractions_attachment" ON "extractions" USING btree ("attachment_id");--> statement-breakpoint
CREATE INDEX "messages_chat_ts" ON "messages" USING btree ("chat_id","ts","id");--> statement-breakpoint
CREATE INDEX "messages_ts" ON "messages" USING btree ("account_id","ts","id");--> statement-breakpoint
CREATE INDEX "messages_message_id" ON "messages" USING btree ("account_id","message_id");--> statement-breakpoint
CREATE INDEX "rejects_open" ON "rejects" USING btree ("account_id","last_seen_at") WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX "sync_runs_account_started" ON "sync_runs" USING btree ("account_id","started_at");