ALTER TABLE "chats" ADD COLUMN "deep_read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "chats" ADD COLUMN "retry_at" timestamp with time zone;