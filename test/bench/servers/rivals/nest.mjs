import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { price } from '../price.ts';
import { report } from '../report.ts';

// As https://docs.nestjs.com/techniques/validation advises: classes, and the validation pipe. Decorators are called by hand,
// since Node does not know them.
const decorate = (target, property, ...decorators) => {
  for (const decorator of decorators) decorator(target, property, Object.getOwnPropertyDescriptor(target, property));
};

class Item {}
decorate(Item.prototype, 'sku', IsString(), Length(1, 20));
decorate(Item.prototype, 'quantity', IsInt(), Min(1), Max(99));

class Quote {}
decorate(
  Quote.prototype,
  'items',
  IsArray(),
  ArrayMinSize(1),
  ArrayMaxSize(100),
  ValidateNested({ each: true }),
  Type(() => Item),
);

class Quotes {
  price({ items }) {
    return price(items);
  }
}
decorate(Quotes.prototype, 'price', Post('v1/quotes'), HttpCode(200));
Body()(Quotes.prototype, 'price', 0);
Reflect.defineMetadata('design:paramtypes', [Quote], Quotes.prototype, 'price');
Controller()(Quotes);

class App {}
Module({ controllers: [Quotes] })(App);

const app = await NestFactory.create(App, new FastifyAdapter(), { logger: false });
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
await app.listen(0, '127.0.0.1');
report(app.getHttpServer().address().port);
